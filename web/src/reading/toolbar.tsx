import { useWords } from "../shared/i18n/words";
import type { Reader, Tool } from "./reader";
import { PRESETS } from "./windows";
import { readingWords } from "./words";

const TOOLS: readonly { tool: Tool; key: string }[] = [
  { tool: "window", key: "w" },
  { tool: "pan", key: "p" },
  { tool: "zoom", key: "z" },
  { tool: "measure", key: "m" },
];

/** A click must not take the focus from the image: the space bar would then press the button again. */
const keepFocus = (event: MouseEvent) => event.preventDefault();

/** How the image is shown and what the mouse does to it. */
export function Toolbar({ reader }: { reader: Reader }) {
  const t = useWords(readingWords);
  return (
    <div class="toolbar">
      <fieldset class="toolbar-group" aria-label={t.presets}>
        {PRESETS.map((preset, index) => (
          <button
            key={preset.name}
            type="button"
            class="tool"
            aria-pressed={reader.preset.value === preset.name}
            aria-keyshortcuts={String(index + 1)}
            onMouseDown={keepFocus}
            onClick={() => reader.usePreset(preset.name)}
          >
            <kbd>{index + 1}</kbd> {t.preset[preset.name]}
          </button>
        ))}
      </fieldset>
      <fieldset class="toolbar-group" aria-label={t.tools}>
        {TOOLS.map(({ tool, key }) => (
          <button
            key={tool}
            type="button"
            class="tool"
            aria-pressed={reader.tool.value === tool}
            onMouseDown={keepFocus}
            onClick={() => {
              reader.tool.value = tool;
            }}
          >
            <kbd>{key}</kbd> {t.tool[tool]}
          </button>
        ))}
      </fieldset>
    </div>
  );
}

/** What moves through the images: contours, key image, cine, and back to the start. */
export function Controls({ reader, keySop }: { reader: Reader; keySop: string | null }) {
  const t = useWords(readingWords);
  return (
    <div class="toolbar-group">
      <button
        type="button"
        class="tool"
        aria-pressed={reader.overlay.value}
        title={t.overlay}
        aria-label={t.overlay}
        onMouseDown={keepFocus}
        onClick={() => {
          reader.overlay.value = !reader.overlay.value;
        }}
      >
        <kbd>␣</kbd> {t.overlay_short}
      </button>
      <button
        type="button"
        class="tool"
        disabled={!keySop}
        onMouseDown={keepFocus}
        onClick={() => keySop && reader.goToSop(keySop)}
      >
        <kbd>k</kbd> {t.key_image}
      </button>
      <button
        type="button"
        class="tool"
        aria-pressed={reader.cine.value}
        onMouseDown={keepFocus}
        onClick={() => reader.toggleCine()}
      >
        <kbd>c</kbd> {t.cine}
      </button>
      <button type="button" class="tool" onMouseDown={keepFocus} onClick={() => reader.reset()}>
        <kbd>r</kbd> {t.reset}
      </button>
    </div>
  );
}
