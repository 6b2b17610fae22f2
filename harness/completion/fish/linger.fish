# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of linger's commands, options, kernels, cases and variants in fish.

function __linger_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    # Fish gives it as it is typed.
    set -l plain (string unescape -- $current)
    test (count $plain) -eq 1; or set plain $current
    for line in ($words[1] complete -- $words[2..-1] "$plain" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path $current
            case ':folders'
                __fish_complete_directories $current
            case ':commands'
                __fish_complete_command
            case '*'
                echo $line
        end
    end
end

complete -c linger -f -a '(__linger_complete)'
