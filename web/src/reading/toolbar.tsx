import { useWords } from "../shared/i18n/words";
import { type KeyImage, nextKeyImage } from "./key-images";
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
export const keepFocus = (event: MouseEvent) => event.preventDefault();

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

export function goToNextKey(reader: Reader, keys: readonly KeyImage[]): void {
  const next = nextKeyImage(keys, reader.slice.value?.key ?? null);
  if (next) reader.goToImage(next.image);
}

/** What moves through the images: contours, key image, cine, and back to the start. */
export function Controls({ reader, keys }: { reader: Reader; keys: readonly KeyImage[] }) {
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
        disabled={keys.length === 0}
        onMouseDown={keepFocus}
        onClick={() => goToNextKey(reader, keys)}
      >
        <kbd>k</kbd> {keys.length > 1 ? t.key_images(keys.length) : t.key_image}
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
      <button
        type="button"
        class="tool"
        aria-pressed={reader.mirror.value}
        onMouseDown={keepFocus}
        onClick={() => {
          reader.mirror.value = !reader.mirror.value;
        }}
      >
        <kbd>l</kbd> {t.mirror}
      </button>
      <button type="button" class="tool" onMouseDown={keepFocus} onClick={() => reader.reset()}>
        <kbd>r</kbd> {t.reset}
      </button>
    </div>
  );
}
