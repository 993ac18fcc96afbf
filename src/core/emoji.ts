/**
 * Unicode Technical Standard 51, “Unicode Emoji”, section 1.4.9 (emoji sequences): flags, keycaps, and pictographs with their modifiers,
 * joined or not. Signs such as © are text unless a selector makes emoji of them.
 */
export const EMOJI =
  /\p{RI}\p{RI}\p{M}*|[0-9#*]\uFE0F?\u20E3\p{M}*|(?![©®™‼⁉](?!\uFE0F))\p{Extended_Pictographic}[\p{M}\p{EMod}]*(?:\u200D\p{Extended_Pictographic}[\p{M}\p{EMod}]*)*[\u{E0020}-\u{E007F}]*\p{M}*/gu;
