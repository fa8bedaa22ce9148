#compdef airlock
# Completion of airlock for zsh. The first line of each reply says how to take the others.
_airlock() {
    local how
    local -a reply suffix
    reply=("${(@f)$($words[1] complete zsh -- "${(@)words[2,$CURRENT]}" 2>/dev/null)}")
    how=$reply[1]
    shift reply
    case $how in
    files) _files; return ;;
    nospace) suffix=(-S '') ;;
    esac
    (( $#reply )) && _describe -t values airlock reply "${suffix[@]}"
}
if [[ $funcstack[1] == _airlock ]]; then
    _airlock "$@"
else
    compdef _airlock airlock
fi
