// The messages between page and worker (docs/page.md) and the page's own few shapes, for the type checker only.

interface Tier { tier: "front" | "text" | "picture" | "media"; here: boolean; objects: number; complete: number; bytes: number; received: number }
interface Edition {
  id: string; key: string; words: string[]; name: string; number: number; seconds: number; roots: number;
  outOfDate: boolean; complete: boolean; version: number; tiers: Tier[]; toGo: number | null;
}
interface Heard { key: string; words: string[]; name: string; number: number }
interface Warning { kind: string; number?: number | null; text: string }
/** What is heard in a recording of sound, or live. */
interface Sound {
  live: boolean; seconds: number; peak: number; mode: string | null; snr: number | null; offset: number | null;
  frames: number; good: number; fault: Fault | null;
}
/** Why sound cannot be read: `what` has names, in English; `convert` is a command that makes something that can be. */
interface Fault { kind: "unknown" | "cut" | "silent" | "damaged"; what: string; convert: string | null }
interface State {
  reading: null | { name: string; read: number; size: number; rate: number; left: number };
  ended: null | "whole" | "end" | "nothing" | "gone" | "stopped";
  carrier: null | string; packets: number; heads: number; useful: number;
  heard: Heard[]; editions: Edition[]; warnings: Warning[]; sound: Sound | null;
  unreadable: (Fault & { number: number; name: string })[]; memory: number;
}
interface Thing { kind: "picture" | "sound" | "film" | "file" | "page"; type: string; bytes: number; here: boolean }
interface Headline {
  number: number; revision: number; language: string; title: string; lead?: string; section?: string;
  byline?: string; seconds: number; picture?: string; whole: boolean;
}
interface Article extends Headline { source?: string; correction?: string; blocks: Block[] }
interface News {
  edition: string; publisher: string; key: string; words: string[]; number: number; seconds: number;
  languages: string[]; articles: Headline[]; withdrawn: number; missing: number; unreadable: string[];
  places: Place[]; objects: { [id: string]: Thing };
}
type Span = string | ["em", string] | ["strong", string] | ["link", string, string];
interface PictureBlock { object: string; alt?: string; caption?: string; width: number; height: number }
interface SoundBlock { object: string; title?: string; transcript?: string; captions?: string; seconds: number }
interface FilmBlock {
  object: string; alt?: string; transcript?: string; captions?: string; seconds: number;
  width: number; height: number; poster?: string;
}
interface FileBlock { object: string; name: string; description?: string }
type Block =
  | ["p", Span[]] | ["h", number, Span[]] | ["list", boolean, Block[][]] | ["quote", string | null, Block[]]
  | ["table", number, Span[][][]] | ["pre", string] | ["unknown", string] | ["picture", PictureBlock]
  | ["sound", SoundBlock] | ["film", FilmBlock] | ["file", FileBlock];
type Place = { note?: string; from?: number; to?: number } & (
  | { way: "satellite"; satellite: string; tenthsEast: number; khz: number; polarisation: "H" | "V" | "L" | "R"; symbolRate: number; service: string }
  | { way: "radio"; khz: number; fromMinute: number; toMinute: number; days: number; mode: string }
  | { way: "other"; text: string });
interface Found { number: number; where: "title" | "lead" | "text"; before: string; match: string; after: string }

/** Bytes that a blob may be made of: not shared between threads. */
type Bytes = Uint8Array<ArrayBuffer>;

/** One language's words: `apps/page/strings/*.json`. */
type Words = { [key: string]: string };

/** What every screen is given. */
interface App {
  core: import("./core.js").Core;
  media: import("./media.js").Media;
  microphone: import("./microphone.js").Microphone;
  /** The page's own text, as the file holds it. */
  source: string;
  /** Languages that this copy of the page has a dictionary for. */
  dictionaries: string[];
  state: State;
  settings: { size: number; theme: "auto" | "light" | "dark" };
  /** Shows a screen; `back` goes to the one before. */
  show(name: string, argument?: any): void;
  back(): void;
  /** Asks for the news of an edition, newer than `version` only where there is more. */
  news(edition: Edition): Promise<News>;
  /** The edition that is being read. */
  edition(): Edition | null;
  choose(id: string): void;
  /** Opens a publisher whose words were compared, and closes one. */
  trust(key: string): Promise<void>;
  distrust(key: string): void;
  open(files: File[]): void;
  /** Switches the microphone on. */
  tuneIn(): Promise<void>;
  /** Says something to a screen reader. */
  announce(text: string): void;
  setLanguage(code: string): void;
  applySettings(): void;
  blank(): void;
}
interface View {
  root: HTMLElement;
  /** The state changed. */
  update?(): void;
  /** The screen is left. */
  close?(): void;
}
