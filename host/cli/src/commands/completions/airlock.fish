# Completion of airlock for fish. The first line of each reply says how to take the others.
function __airlock_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l reply ($words[1] complete fish -- $words[2..-1] "$current" 2>/dev/null)
    if test "$reply[1]" = files
        __fish_complete_path "$current"
    else if test (count $reply) -gt 1
        printf '%s\n' $reply[2..-1]
    end
end
complete -c airlock -f -a '(__airlock_complete)'
