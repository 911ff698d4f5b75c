// @ts-check
// Choosing recordings, and watching them turn into news.

import { direction, bdi } from "./direction.js";
import { button, el, slot } from "./dom.js";
import { figures, listening, refused } from "./listen.js";
import { percent, size } from "./sizes.js";
import { language, languages, say, sayWith } from "./words.js";

/** Editions whose progress is shown at once. */
const SHOWN = 3;

/** @param {App} app @returns {View} */
export function receive(app) {
  const reading = el("section", { class: "reading", "aria-label": say("receive.title"), hidden: true });
  const bar = el("progress", { max: 1000, value: 0 });
  const line = el("p", { class: "reading-line" });
  const small = el("p", { class: "small" });
  const controlLine = el("p", { class: "actions" });
  const fillControls = slot(controlLine);
  reading.append(line, bar, small, controlLine);

  const live = listening(app);

  const results = el("div", {});
  const fillResults = slot(results);
  const calls = el("div", {});
  const fillCalls = slot(calls);
  const chooser = el("div", {});
  const fillChooser = slot(chooser);

  const root = el("div", { class: "screen receive" },
    el("h1", { tabindex: -1 }, say("receive.title")),
    languageRow(app), chooser, calls, live.root, reading, results, el("p", { class: "promise" }, say("sends.nothing")));

  const update = () => {
    const { state } = app;
    const { isOn, refusal } = app.microphone;
    const begun = isOn || state.reading !== null || state.ended !== null || state.editions.length > 0;
    fillChooser([begun, isOn], () => choose(app, begun));
    live.update();
    fillCalls([state.ended, refusal, state.unreadable, state.heard, state.editions.map((edition) => [edition.id, edition.tiers[0]?.here, edition.complete])], () => callouts(app));
    fillResults([state.editions.slice(0, SHOWN), state.reading !== null], () => state.editions.slice(0, SHOWN).map((edition) => progressOf(edition)));
    const now = state.reading;
    reading.hidden = now === null && state.ended !== "stopped";
    if (now) {
      line.replaceChildren(...sayWith("receive.reading", { name: bdi(now.name) }));
      bar.value = now.size > 0 ? Math.round((now.read / now.size) * 1000) : 0;
      bar.setAttribute("aria-label", say("receive.read", { read: size(now.read), size: size(now.size) }));
      small.textContent = [
        say("receive.read", { read: size(now.read), size: size(now.size) }),
        say("receive.rate", { rate: size(now.rate) }),
        now.left > 0 && say("receive.left", { n: now.left }),
        state.packets > 0 && say("receive.packets", { n: state.packets }),
        state.useful > 0 && say("receive.useful", { size: size(state.useful) }),
        state.packets === 0 && say("receive.listening"),
        ...(state.sound && !state.sound.live ? figures(state.sound) : []),
      ].filter(Boolean).join(" · ");
    }
    fillControls([now !== null, state.ended], () => {
      if (now) return [button(say("receive.pause"), () => void app.core.ask("stop"))];
      return state.ended === "stopped" ? [button(say("receive.go"), () => void app.core.ask("go"), { class: "main" })] : [];
    });
  };
  update();
  return { root, update };
}

/** The big button, and what to know before it is pressed. @param {App} app @param {boolean} begun */
function choose(app, begun) {
  const picker = el("input", {
    type: "file", id: "pick", multiple: true, class: "away", autocomplete: "off",
    onchange: () => {
      app.open([...(picker.files ?? [])]);
      picker.value = "";
    },
  });
  const steps = el("ol", { class: "steps" }, [1, 2, 3].map((step) => el("li", {}, say(`receive.step.${step}`))));
  return [
    el("div", { class: begun ? "choose small-choose" : "choose" },
      picker,
      el("label", { for: "pick", class: "big" }, say(begun ? "receive.choose.more" : "receive.choose")),
      !begun && el("p", {}, say("receive.choose.hint")),
      !begun && el("p", { class: "small" }, say("receive.drop")),
      !app.microphone.isOn && button(say("receive.listen"), () => void app.tuneIn(), { class: "big second" }),
      !begun && el("p", { class: "small" }, say("receive.listen.hint")),
      button(say("receive.where"), () => app.show("guide"), { class: "plain" })),
    !begun && steps,
  ];
}

/** Everything that wants something of the person. @param {App} app */
function callouts(app) {
  const { state } = app;
  const found = [];
  const readable = state.editions.find((edition) => edition.tiers[0]?.here);
  if (readable) {
    found.push(el("div", { class: "call good" }, el("p", {}, say("receive.here")),
      button(say("receive.open"), () => app.show("front"), { class: "main" })));
  }
  if (state.heard.length > 0) {
    found.push(el("div", { class: "call" }, el("p", {}, say("receive.heard")),
      button(say("receive.heard.open"), () => app.show("whom"), { class: readable ? "" : "main" })));
  }
  if (app.microphone.refusal) found.push(refused(app));
  found.push(...state.unreadable.slice(-SHOWN).map(unreadable));
  // Of what cannot be decoded it is not known whether there is anything in it.
  if (state.ended && !(state.ended === "nothing" && state.sound?.fault)) found.push(ended(app, state.ended));
  return found;
}

/** @param {App} app @param {NonNullable<State["ended"]>} how */
function ended(app, how) {
  const box = el("div", { class: how === "nothing" || how === "gone" ? "call bad" : "call" }, el("p", {}, say(`receive.ended.${how}`)));
  if (how === "gone") box.append(el("p", {}, say("receive.ended.gone.do")));
  const { sound } = app.state;
  if (how === "nothing" && sound && !sound.live && sound.frames > 0) {
    box.append(el("p", {}, say("listen.signal.found"), " ", figures(sound).join(" · ")));
  }
  if (how === "nothing") {
    const tips = ["channel", "longer", "each", "again", "kind", "radio"];
    box.append(el("h2", {}, say("receive.try")), el("ul", {}, tips.map((tip) => el("li", {}, say(`receive.try.${tip}`)))));
  }
  if (how === "end" && app.state.editions.some((edition) => !edition.complete)) {
    box.append(button(say("receive.save"), () => app.show("handon")), el("p", { class: "small" }, say("receive.save.hint")));
  }
  return box;
}

/** A recording of sound that cannot be read, or not to its end: why, and what to do. @param {State["unreadable"][number]} of */
function unreadable({ name, kind, what, convert }) {
  return el("div", { class: "call bad" },
    el("p", {}, el("strong", {}, bdi(name)), " · ", say("sound.unreadable")),
    el("p", {}, sayWith(`sound.fault.${kind}`, { what: el("bdi", { lang: "en" }, what) })),
    convert && [el("p", {}, say("sound.convert")), el("pre", { lang: "en", dir: "ltr" }, convert)]);
}

/** How far an edition is. @param {Edition} edition */
export function progressOf(edition) {
  const open = !edition.complete;
  return el("section", { class: "progress" },
    el("h2", {}, bdi(edition.name), " · ", say("receive.edition", { number: edition.number })),
    el("ul", { class: "tiers" }, edition.tiers.map((tier) => tierLine(tier))),
    el("p", { class: "to-go" }, open ? toGo(edition.toGo) : say("receive.complete")));
}

/** @param {Tier} tier */
function tierLine(tier) {
  const empty = tier.here && tier.objects === 0;
  const done = empty || (tier.here && tier.complete === tier.objects);
  const share = done ? 1 : tier.bytes > 0 ? tier.received / tier.bytes : 0;
  const count = !tier.here ? say("receive.tier.unknown")
    : empty ? say("receive.tier.none")
    : done ? say("receive.tier.done")
    : say("receive.tier.count", { here: tier.complete, all: tier.objects });
  const label = say(`receive.tier.${tier.tier}`);
  return el("li", { class: done ? "done" : "" },
    el("span", { class: "tier-name" }, label),
    el("span", { class: "tier-count" }, count, !done && tier.here ? ` · ${percent(share)}` : ""),
    el("progress", { max: 1000, value: Math.round(Math.min(1, share) * 1000), "aria-label": label }));
}

/** How much more recording it takes. @param {number|null} seconds */
export function toGo(seconds) {
  if (seconds === null) return say("receive.more.unknown");
  if (seconds < 60) return say("receive.more.seconds");
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? say("receive.more.minutes", { n: minutes }) : say("receive.more.hours", { n: Math.ceil(minutes / 60) });
}

/** @param {App} app */
function languageRow(app) {
  if (languages().length < 2) return null;
  return el("p", { class: "languages", role: "group", "aria-label": say("receive.language") }, languages().map(([code, name]) =>
    button(name, () => app.setLanguage(code), { lang: code, dir: direction(code), "aria-pressed": String(code === language()) })));
}
