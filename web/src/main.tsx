import "./shared/styles/fonts.css";
import "./shared/styles/base.css";
import "./shared/styles/controls.css";
import "./shared/styles/notes.css";
import "./shared/styles/clinical.css";
import "./shared/styles/shell.css";
import { render } from "preact";
import { App } from "./app";

const root = document.getElementById("app");
if (root) render(<App />, root);
