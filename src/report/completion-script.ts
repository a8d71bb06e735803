export const completedShells = ['bash', 'zsh', 'fish'] as const;
export type CompletedShell = (typeof completedShells)[number];

/**
 * What a shell sources to complete `flakehunt`. It hands what was typed to `flakehunt complete` as arguments and never
 * evaluates any of it; where there is no answer the shell completes files.
 */
export function completionScript(shell: CompletedShell): string {
  return { bash, zsh, fish }[shell];
}

const bash = `# bash completion of flakehunt: source <(flakehunt completion bash)
_flakehunt() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    COMPREPLY+=("$(printf '%q' "$line")")
  done < <(flakehunt complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _flakehunt flakehunt
`;

const zsh = `#compdef flakehunt
# zsh completion of flakehunt: source <(flakehunt completion zsh)
_flakehunt() {
  local line
  local -a values shown
  while IFS= read -r line; do
    values+=("\${line%%$'\\t'*}")
    shown+=("\${line/$'\\t'/  -- }")
  done < <(flakehunt complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#values} )); then
    compadd -l -d shown -a values
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == _flakehunt ]]; then
  _flakehunt "$@"
else
  compdef _flakehunt flakehunt
fi
`;

const fish = `# fish completion of flakehunt: flakehunt completion fish | source
function __flakehunt_complete
    set -l typed (commandline -opc) (commandline -ct)
    flakehunt complete -- $typed[2..-1] 2>/dev/null
end
complete -c flakehunt -a '(__flakehunt_complete)'
`;
