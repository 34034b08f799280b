import { setCustomElementsManifest, type Preview } from "@storybook/web-components-vite";

import manifest from "../custom-elements.json" with { type: "json" };

setCustomElementsManifest(manifest);

/** The visitor's colour scheme, as the toolbar plays it; without a choice, stories follow the browser's. */
function applyScheme(scheme: unknown): void {
  document.documentElement.style.colorScheme = typeof scheme === "string" && scheme ? scheme : "light dark";
}

const preview: Preview = {
  tags: ["autodocs"],
  globalTypes: {
    scheme: {
      description: "Colour scheme",
      toolbar: {
        title: "Scheme",
        icon: "mirror",
        items: [
          { value: "", title: "As the browser" },
          { value: "light", title: "Light" },
          { value: "dark", title: "Dark" },
        ],
        dynamicTitle: true,
      },
    },
  },
  initialGlobals: { scheme: "" },
  parameters: {
    a11y: { test: "error" },
    backgrounds: { disable: true },
    controls: { expanded: true },
    options: { storySort: { order: ["Session", "Room", "*"] } },
  },
  decorators: [
    (story, { globals }) => {
      applyScheme(globals["scheme"]);
      return story();
    },
  ],
};

export default preview;
