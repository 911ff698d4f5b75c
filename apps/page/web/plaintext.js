// @ts-check
// An article as plain text: to copy, to save, to read aloud, to stand in a file where no script runs.

/** @param {Span[]} spans */
export function spanText(spans) {
  return spans.map((span) => (typeof span === "string" ? span : span[0] === "link" ? `${span[1]} (${span[2]})` : span[1])).join("");
}

/**
 * The paragraphs of blocks, in order.
 * @param {Block[]} blocks
 * @returns {string[]}
 */
export function paragraphs(blocks) {
  return blocks.flatMap((block) => {
    switch (block[0]) {
      case "p": return [spanText(block[1])];
      case "h": return [spanText(block[2])];
      case "list": return block[2].flatMap((item, i) => paragraphs(item).map((text, first) => (first === 0 ? `${block[1] ? `${i + 1}.` : "•"} ${text}` : text)));
      case "quote": return [...paragraphs(block[2]).map((text) => `“${text}”`), ...(block[1] ? [`— ${block[1]}`] : [])];
      case "table": return block[2].map((row) => row.map(spanText).join(" | "));
      case "pre":
      case "unknown": return [block[1]];
      case "picture": return [block[1].alt, block[1].caption].filter(isText);
      case "sound": return [block[1].title, block[1].transcript].filter(isText);
      case "film": return [block[1].alt, block[1].transcript].filter(isText);
      case "file": return [block[1].name, block[1].description].filter(isText);
      default: return [];
    }
  });
}

/** @param {string|undefined} text @returns {text is string} */
function isText(text) {
  return typeof text === "string" && text !== "";
}

/**
 * The whole article.
 * @param {Article} article
 * @param {string[]} head lines above it: date, byline
 */
export function articleText(article, head) {
  return [article.title, ...head, article.lead, article.correction, ...paragraphs(article.blocks), article.source].filter(isText).join("\n\n");
}
