// @ts-check
// Pictures, players and files in an article.

import { bdi } from "./direction.js";
import { button, el } from "./dom.js";
import { textGrown } from "./grow.js";
import { ALIVE } from "./media.js";
import { plain } from "./names.js";
import { fileName, saveFile } from "./saves.js";
import { length, size } from "./sizes.js";
import { playerType } from "./sniff.js";
import { cuesOf } from "./vtt.js";
import { language, say } from "./words.js";

/** Alternative texts and captions are cut after as much. */
const LINE = 2000;

/**
 * A frame that fills with a picture when it comes near.
 * @param {App} app
 * @param {News} news
 * @param {string} object
 * @param {{ alt?: string|undefined, width?: number, height?: number, small?: boolean }} look
 */
export function pictureFrame(app, news, object, look) {
  const alt = look.alt ? plain(look.alt, LINE) : "";
  const waiting = el("span", { class: "frame-text", dir: "auto" }, alt || (look.small ? "" : say("media.picture.none")),
    !look.small && !news.objects[object]?.here && el("span", { class: "small" }, say("media.waiting")));
  const frame = el("span", { class: look.small ? "frame thumb" : "frame" }, waiting);
  const { width = 0, height = 0 } = look;
  if (!look.small && width > 0 && height > 0) {
    // A sliver or a tower is given a shape that fits the page.
    frame.style.aspectRatio = String(Math.min(6, Math.max(0.4, width / height)));
    frame.style.maxInlineSize = `${Math.max(120, width)}px`;
  }
  app.media.watch({ frame, object, thing: () => news.objects[object], show, refuse, offer });
  function show(/** @type {string} */ address, done = () => {}) {
    const picture = el("img", { src: address, alt, decoding: "async", draggable: "false", onload: done, onerror: () => { done(); refuse(); } });
    frame.replaceChildren(picture);
    frame.style.aspectRatio = "";
  }
  function offer(/** @type {number} */ bytes) {
    if (look.small) return refuse();
    frame.style.aspectRatio = "";
    frame.replaceChildren(el("span", { class: "frame-text" }, el("span", { dir: "auto" }, alt), el("span", { class: "small" }, say("media.large", { size: size(bytes) })),
      button(say("media.large.yes"), () => void large(bytes))));
  }
  async function large(/** @type {number} */ bytes) {
    frame.replaceChildren(el("span", { class: "frame-text", role: "status" }, say("wait")));
    try {
      const address = await app.media.largePicture(object, bytes);
      show(address, () => URL.revokeObjectURL(address));
    } catch {
      refuse();
    }
  }
  function refuse() {
    frame.replaceChildren(el("span", { class: "frame-text", dir: "auto" }, alt, !look.small && el("span", { class: "small" }, say("media.picture.refused"))));
  }
  return frame;
}

/** @param {App} app @param {News} news @param {PictureBlock} picture */
export function pictureFigure(app, news, picture) {
  return el("figure", { class: "picture" }, pictureFrame(app, news, picture.object, picture),
    picture.caption && el("figcaption", { dir: "auto" }, plain(picture.caption, LINE)));
}

/**
 * A sound or a film: nothing is read until it is asked for.
 * @param {App} app
 * @param {News} news
 * @param {"sound"|"film"} kind
 * @param {SoundBlock & Partial<FilmBlock> | FilmBlock & Partial<SoundBlock>} medium
 */
export function player(app, news, kind, medium) {
  const stage = el("div", { class: "stage" });
  const name = plain((kind === "sound" ? medium.title : medium.alt) ?? "", LINE);
  const rest = () => {
    const thing = news.objects[medium.object];
    const facts = [thing && size(thing.bytes), medium.seconds > 0 && say("media.length", { time: length(medium.seconds) }), !thing?.here && say("media.waiting")];
    stage.replaceChildren(
      ...(medium.poster ? [pictureFrame(app, news, medium.poster, { alt: name, width: medium.width ?? 0, height: medium.height ?? 0 })] : []),
      el("p", { class: "actions" }, button([el("span", { "aria-hidden": "true" }, "▶ "), say(`media.play.${kind}`)], open, { class: "main" })),
      el("p", { class: "small" }, facts.filter(Boolean).join(" · ")));
  };
  const tell = (/** @type {string} */ key) => {
    rest();
    stage.append(el("p", { class: "warning", role: "status" }, say(key)));
  };
  const open = () => {
    const thing = news.objects[medium.object];
    if (!thing?.here) return tell("media.waiting");
    if (thing.bytes <= ALIVE) return void load(thing.bytes);
    stage.replaceChildren(el("p", {}, say("media.large", { size: size(thing.bytes) })),
      el("p", { class: "actions" }, button(say("media.large.yes"), () => void load(thing.bytes), { class: "main" }), button(say("close"), rest)));
  };
  const load = async (/** @type {number} */ bytes) => {
    stage.replaceChildren(el("p", { role: "status" }, say("wait")));
    try {
      const data = await app.media.bytes(medium.object, bytes);
      const type = playerType(data, kind);
      if (!type) return tell("media.refused");
      const address = app.media.play(data, type, rest);
      const playing = el(kind === "sound" ? "audio" : "video", { src: address, controls: true, autoplay: true, playsinline: true, "aria-label": name, controlslist: "noremoteplayback", disableremoteplayback: true, onerror: () => app.media.stop() });
      caption(playing, medium.captions);
      stage.replaceChildren(playing, el("p", { class: "actions" }, button(say("close"), () => app.media.stop())));
      playing.focus();
    } catch (error) {
      tell(/** @type {any} */ (error).kind === "missing" ? "media.waiting" : "media.failed");
    }
  };
  rest();
  return el("figure", { class: kind }, kind === "sound" && name !== "" && el("p", { class: "figure-title", dir: "auto" }, name), stage,
    kind === "film" && name !== "" && el("figcaption", { dir: "auto" }, name),
    folded(say("media.transcript"), medium.transcript),
    folded(say("media.captions"), medium.captions && cuesOf(medium.captions).map((cue) => `${length(cue.from)}  ${cue.text}`).join("\n")));
}

/** Gives a player its captions, where they are WebVTT. @param {HTMLMediaElement} playing @param {string|undefined} captions */
function caption(playing, captions) {
  const cues = captions ? cuesOf(captions) : [];
  if (cues.length === 0) return;
  const track = playing.addTextTrack("captions", say("media.captions"), language());
  for (const cue of cues) track.addCue(new VTTCue(cue.from, cue.to, cue.text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")));
  track.mode = "showing";
}

/** @param {string} title @param {string|undefined} text */
function folded(title, text) {
  return text ? el("details", {}, el("summary", {}, title), textGrown(el("div", { class: "prose", dir: "auto" }), text)) : null;
}

/** A file that can be saved, never opened. @param {App} app @param {News} news @param {FileBlock} file */
export function savedFile(app, news, file) {
  const status = el("p", { class: "small", role: "status" }, say("media.save.hint"));
  const save = async () => {
    const thing = news.objects[file.object];
    if (!thing?.here) return void (status.textContent = say("media.waiting"));
    status.textContent = say("wait");
    try {
      saveFile(file.name, [await app.media.bytes(file.object, thing.bytes)], thing.type);
      status.textContent = say("handon.saved", { name: fileName(file.name) });
    } catch (error) {
      status.textContent = say(/** @type {any} */ (error).kind === "missing" ? "media.waiting" : "media.failed");
    }
  };
  return el("div", { class: "file" },
    el("p", {}, el("strong", {}, bdi(file.name)), " ", el("span", { class: "small" }, news.objects[file.object] && size(news.objects[file.object]?.bytes ?? 0))),
    file.description && el("p", { dir: "auto" }, plain(file.description, LINE)),
    button(say("media.save"), () => void save()), status);
}
