import { METHOD_TABLE } from './configurations.ts';
import type { DomainTable } from './domain-table.ts';
import { ruleProblem, tableRows, type TableFigure } from './domain-table-summary.ts';
import { figureWords, tableInWords } from './domain-table-words.ts';
import { RULES, RULE_TABLE, type RuleName } from './selection.ts';

/** The leave-one-domain-out table as text, to be pasted elsewhere. */

export const EXPORT_FORMATS = ['CSV', 'Markdown', 'LaTeX'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export function exportTable(table: DomainTable, format: ExportFormat): string {
  if (format === 'CSV') return toCsv(table);
  return format === 'Markdown' ? toMarkdown(table) : toLatex(table);
}

/** Rules that have figures, and what they give. */
function shown(table: DomainTable): readonly { readonly rule: RuleName; readonly label: string; readonly rows: ReturnType<typeof tableRows> }[] {
  return RULES.filter((rule) => ruleProblem(table, rule) === null).map((rule) => ({ rule, label: RULE_TABLE[rule].label, rows: tableRows(table, rule) }));
}

/** Whether an average says more than the one column. */
function several({ domains }: DomainTable): boolean {
  return domains.length > 1;
}

/** One line a figure, RFC 4180: a tidy table for a spreadsheet or a statistics program. */
function toCsv(table: DomainTable): string {
  const header = ['selection', 'objective', 'held-out domain', 'sealed rows', 'seeds', 'mean accuracy %', 'standard error %', 'best'];
  const sealed = table.domains.reduce((sum, domain) => sum + domain.sealed, 0);
  const lines = shown(table).flatMap(({ label, rows }) =>
    rows.flatMap(({ method, domains, average }) => {
      const line = (domain: string, n: number, figure: TableFigure | null): string[][] =>
        figure === null
          ? []
          : [[label, METHOD_TABLE[method].label, domain, String(n), String(figure.seeds), number(figure.mean), figure.standardError === null ? '' : number(figure.standardError), figure.best ? 'yes' : '']];
      return [...domains.flatMap((figure, d) => line(table.domains[d]?.name ?? '', table.domains[d]?.sealed ?? 0, figure)), ...(several(table) ? line('average', sealed, average) : [])];
    }),
  );
  return [header, ...lines].map((fields) => `${fields.map(csvField).join(',')}\r\n`).join('');
}

function number(share: number): string {
  return String(Number((100 * share).toFixed(4)));
}

function csvField(text: string): string {
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One table a rule, best figures bold. */
function toMarkdown(table: DomainTable): string {
  const header = `| Objective | ${table.domains.map(({ name, sealed }) => `${markdownText(name)} (n = ${sealed})`).join(' | ')} |${several(table) ? ' Average |' : ''}`;
  const rule = `|---|${'---:|'.repeat(table.domains.length + (several(table) ? 1 : 0))}`;
  const cell = (figure: TableFigure | null): string => (figure === null ? '–' : figure.best ? `**${figureWords(figure)}**` : figureWords(figure));
  const tables = shown(table).map(({ label, rows }) => {
    const lines = rows.map(({ method, domains, average }) => `| ${METHOD_TABLE[method].label} | ${[...domains, ...(several(table) ? [average] : [])].map(cell).join(' | ')} |`);
    return [`**${label}**`, '', header, rule, ...lines].join('\n');
  });
  return [...tables, markdownText(tableInWords(table))].join('\n\n') + '\n';
}

function markdownText(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/[\\`*_{}[\]<>|#~]/gu, '\\$&');
}

/** One `table` a rule, for the package booktabs; best figures bold. */
function toLatex(table: DomainTable): string {
  const cell = (figure: TableFigure | null): string => {
    if (figure === null) return '--';
    const words = figureWords(figure, String.raw`$\pm$`);
    return figure.best ? String.raw`\textbf{${words}}` : words;
  };
  const tables = shown(table).map(({ label, rows }) => {
    const line = (cells: readonly string[]): string => String.raw`    ${cells.join(' & ')} \\`;
    return [
      String.raw`\begin{table}`,
      String.raw`  \centering`,
      String.raw`  \caption{${latexText(`${label}. ${tableInWords(table)}`)}}`,
      String.raw`  \begin{tabular}{l${'r'.repeat(table.domains.length + (several(table) ? 1 : 0))}}`,
      String.raw`    \toprule`,
      line(['Objective', ...table.domains.map(({ name, sealed }) => `${latexText(name)} ($n = ${sealed}$)`), ...(several(table) ? ['Average'] : [])]),
      String.raw`    \midrule`,
      ...rows.map(({ method, domains, average }) => line([latexText(METHOD_TABLE[method].label), ...[...domains, ...(several(table) ? [average] : [])].map(cell)])),
      String.raw`    \bottomrule`,
      String.raw`  \end{tabular}`,
      String.raw`\end{table}`,
    ].join('\n');
  });
  return tables.join('\n\n') + '\n';
}

const LATEX: Readonly<Record<string, string>> = {
  '\\': String.raw`\textbackslash{}`,
  '~': String.raw`\textasciitilde{}`,
  '^': String.raw`\textasciicircum{}`,
  '<': String.raw`\textless{}`,
  '>': String.raw`\textgreater{}`,
  '|': String.raw`\textbar{}`,
  '±': String.raw`$\pm$`,
};

function latexText(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/[\\~^<>|±&%$#_{}]/gu, (character) => LATEX[character] ?? `\\${character}`);
}
