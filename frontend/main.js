// Comfort on top of pages that work without it: live take-apart, drop, paste, scan, copy, keyboard, selection.
import "@picocss/pico/css/pico.min.css";
import "./tokens.css";
import "./ground.css";
import "./forms.css";
import "./parts.css";
import "./tables.css";
import "./answer.css";
import "./status.css";
import htmx from "htmx.org";
import { startBox } from "./box.js";
import { startButtons } from "./buttons.js";
import { startDrop } from "./drop.js";
import { startKeyboard } from "./keyboard.js";
import { startSelection } from "./selection.js";

window.htmx = htmx;
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

document.documentElement.classList.add("scripted");
startBox();
startButtons();
startDrop();
startKeyboard();
startSelection();

document.querySelector("[data-errors]")?.focus();
