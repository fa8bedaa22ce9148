# Completion of airlock for bash. The first line of each reply says how to take the others.
_airlock() {
    local line
    local -a reply=()
    while IFS= read -r line; do
        reply+=("$line")
    done < <("$1" complete bash -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    COMPREPLY=("${reply[@]:1}")
    case ${reply[0]-} in
    files)
        compopt -o filenames 2>/dev/null
        COMPREPLY=()
        while IFS= read -r line; do
            COMPREPLY+=("$line")
        done < <(compgen -f -- "${reply[1]-}")
        ;;
    nospace) compopt -o nospace 2>/dev/null ;;
    esac
}
complete -F _airlock airlock
