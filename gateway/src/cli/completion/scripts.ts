/** What each shell loads: it asks `lmcp complete` for the possible next words, so it never goes stale. */
export const scripts = {
  bash: `# lmcp completion bash > ~/.local/share/bash-completion/completions/lmcp
_lmcp() {
  local word
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    COMPREPLY+=("$word")
  done < <(lmcp complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _lmcp lmcp
`,
  zsh: `#compdef lmcp
# lmcp completion zsh > "\${fpath[1]}/_lmcp"
_lmcp() {
  local word about
  local -a words_found
  while IFS=$'\\t' read -r word about; do
    words_found+=("\${word//:/\\\\:}:$about")
  done < <(lmcp complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#words_found} )); then _describe lmcp words_found; else _files; fi
}
if [ "$funcstack[1]" = "_lmcp" ]; then _lmcp "$@"; else compdef _lmcp lmcp; fi
`,
  fish: `# lmcp completion fish > ~/.config/fish/completions/lmcp.fish
function __lmcp_words
  lmcp complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null
end
complete -c lmcp -a '(__lmcp_words)'
`,
  powershell: `# lmcp completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName lmcp -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $given = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -eq '') { $given += '""' }
  lmcp complete -- $given 2>$null | ForEach-Object {
    $word, $about = $_ -split "\`t", 2
    if (-not $about) { $about = $word }
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $about)
  }
}
`,
} as const;

export type Shell = keyof typeof scripts;

export const shells = Object.keys(scripts) as readonly Shell[];
