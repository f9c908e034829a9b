// Puts the page together.
import { Corrections } from "./corrections.js";
import { byId, make } from "./dom.js";
import { buildHelp, obeyKeys } from "./help.js";
import { Picker } from "./picker.js";
import { Player } from "./player.js";
import { Review } from "./review.js";
import { EventList, Figures } from "./tables.js";
import { Timeline } from "./timeline.js";

const data = JSON.parse(byId("data").textContent);

/** The browser's storage, or null where it lets pages on disk keep nothing. */
function openStorage() {
  try {
    localStorage.setItem("mmn-live:probe", "1");
    localStorage.removeItem("mmn-live:probe");
    return localStorage;
  } catch {
    return null;
  }
}

function showHead(corrections) {
  byId("title").textContent = data.title;
  byId("facts").append(...data.facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
  const orphans = corrections.orphans ? `${corrections.orphans} kept corrections belong to events that this session no longer has; they are left out.` : "";
  const text = [data.notice, orphans].filter(Boolean).join(" ");
  byId("notice").textContent = text;
  byId("notice").hidden = !text;
}

/** Show the videos, if any; returns a function that gives the one on the screen. */
function showVideos(player) {
  const screen = byId("screen");
  let shown = null;
  if (!data.videos.length) {
    screen.remove();
    byId("stage").classList.add("without-video");
    return () => null;
  }
  const problem = make("p", { className: "warning", role: "alert", hidden: true });
  const holder = make("div", { className: "holder" });
  const show = (video) => {
    player.detach();
    shown = video;
    problem.hidden = true;
    const element = make("video", { controls: true, preload: "auto", muted: true, tabIndex: -1, playsInline: true, "aria-label": `${video.kind} video` });
    element.addEventListener("error", () => {
      const name = video.url.startsWith("data:") ? "The embedded video" : decodeURIComponent(video.url);
      problem.textContent = `${name} cannot be played: keep it where it was beside this page, or try another browser. Everything else works without it.`;
      problem.hidden = false;
    });
    element.src = video.url;
    player.attach(element, video.start_s);
    holder.replaceChildren(element);
  };
  const choice = make("select", { "aria-label": "Which video", onchange: () => show(data.videos[choice.value]) },
    ...data.videos.map((video, i) => make("option", { value: i }, `${video.kind} video`)));
  choice.hidden = data.videos.length < 2;
  screen.append(holder, problem, choice);
  show(data.videos[0]);
  return () => shown;
}

function start() {
  const corrections = new Corrections(data.events, data.key, data.duration, openStorage());
  const player = new Player(data.duration);
  const picker = new Picker(data.labels, data.colours);
  showHead(corrections);
  const video = showVideos(player);
  const review = new Review(byId("review"), { data, corrections, player, picker, video });
  const host = {
    data, corrections, player,
    get selected() { return review.selected; },
    select: (id) => review.select(id),
    edge: (id, edge, time) => review.edge(id, edge, time),
    focusPerson: (id) => review.focusPerson(id),
  };
  const timeline = new Timeline(byId("timeline"), host);
  review.timeline = timeline;
  const figures = new Figures(byId("figures"), data, corrections);
  const list = new EventList(byId("list"), data, corrections, (id) => review.select(id));
  const drawSelection = () => {
    review.draw();
    list.draw(review.selected);
    timeline.draw();
  };
  corrections.onChange(() => {
    if (corrections.all().some((item) => !timeline.parts.includes(item.part))) timeline.layout();
    figures.draw();
    drawSelection();
  });
  review.onSelect(drawSelection);
  player.onTime((time) => timeline.tick(time));
  buildHelp();
  obeyKeys({ review, timeline, player });
  figures.draw();
  drawSelection();
}

start();
