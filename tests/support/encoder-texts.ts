/** Texts that an encoder must cope with: short and long, foreign, odd, repeated. */
export const SHORT_TEXTS: readonly string[] = [
  'a',
  '.',
  '7',
  'The film was wonderful.',
  'The film was terrible.',
  'A man is playing a guitar.',
  'Please subscribe to my channel!!!',
  'I want to cancel my flight to Boston',
  "It's not bad, it's just not good either.",
  'UPPER CASE AND lower case',
  '  spaces   at both ends and  within  ',
  'line\nbreaks\tand tabs',
  '😀',
  'Great video 👍🏽👍🏽 love it ❤️',
  '👨‍👩‍👧‍👦 family',
  '这部电影非常好看。',
  '我想取消我的航班',
  'هذا الفيلم رائع جدا',
  'Der Film war überraschend gut, aber zu lang.',
  'Größenwahn und Übermut tun selten gut.',
  'El niño comió piñas en la montaña.',
  'Это хороший фильм.',
  'ﬁne ﬂuﬀy ligatures and Ⅳ',
  'e\u0301 is the same as \u00e9',
  'https://example.org/watch?v=dQw4w9WgXcQ&t=42',
  '<br /><br />markup &amp; entities',
  '1234567890 1,000,000 3.14159',
  'antidisestablishmentarianism',
  'zzzzzzzzzzzzzzzzzzzzzzzz',
  'half a surrogate \ud83d here',
  'The film was wonderful.',
];

/** 500 words, of which the encoder sees the first 128 tokens. */
export const LONG_TEXT = Array.from({ length: 500 }, (_, i) => ['the', 'old', 'film', 'was', 'surprisingly', 'good', 'and', 'nobody', 'expected', `part${i}`][i % 10]).join(' ');

/** Longer than what is tokenized at all. */
export const ENDLESS_TEXT = 'An endless review goes on and on. '.repeat(300);
