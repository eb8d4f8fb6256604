/** Names of fields that hold a level, in the order in which they are believed. */
export const levelFields: readonly string[] = ['level', 'LEVEL', 'Level', 'Severity', 'severity', 'SEVERITY', 'lvl', 'LVL', 'Lvl', 'severity_text', 'Severity_Text', 'SEVERITY_TEXT']
