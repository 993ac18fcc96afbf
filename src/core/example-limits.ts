/** What a data set that people bring or make may hold. */
export interface ExampleLimits {
  readonly minRows: number;
  readonly maxRows: number;
  /** UTF-16 units of a text. The encoder reads 128 tokens, some 600 characters, so that what is beyond would not be seen. */
  readonly maxTextLength: number;
  /** UTF-16 units of a label, domain or group: a longer one is taken for something else. */
  readonly maxNameLength: number;
  /** Distinct names at most. Each step trains on some rows of every domain; each group has a weight of its own in GroupDRO. */
  readonly maxNames: Readonly<Record<'label' | 'domain' | 'group', number>>;
}

export const EXAMPLE_LIMITS: ExampleLimits = { minRows: 8, maxRows: 100_000, maxTextLength: 4096, maxNameLength: 200, maxNames: { label: 200, domain: 200, group: 200 } };
