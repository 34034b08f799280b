import { expect, nextFrame } from "@open-wc/testing";
import type { Meta, StoryContext } from "@storybook/web-components-vite";
import { render } from "lit";

/** The module of a stories file: `import * as stories from "…stories.js"`. */
interface StoriesModule {
  // Args differ from file to file, and Storybook's own types are invariant in them.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly default: Meta<any>;
  readonly [name: string]: unknown;
}

interface Story {
  readonly args?: object;
  readonly render?: (args: object, context: StoryContext) => unknown;
  readonly play?: (context: StoryContext) => unknown;
}

/** Tests that each story of a file fits into 280 px, as a narrow sidebar has them, and is accessible there, where words wrap and rows stack. */
export function testStories({ default: meta, ...stories }: StoriesModule): void {
  for (const [name, story] of Object.entries(stories) as [string, Story][]) {
    describe(`story ${String(meta.title)}: ${name}`, () => {
      it("fits into 280 px and is accessible there", async () => {
        const canvas = await draw(meta, story);
        expect(canvas.scrollWidth).to.be.at.most(280);
        await expect(canvas).to.be.accessible();
      });
    });
  }

  afterEach(() => document.querySelectorAll(".canvas").forEach((canvas) => canvas.remove()));
}

async function draw(meta: Meta, story: Story): Promise<HTMLElement> {
  const canvas = document.createElement("main");
  canvas.className = "canvas";
  canvas.style.cssText = "color-scheme: light; inline-size: 280px; background: Canvas; color: CanvasText; font-family: sans-serif";
  document.body.append(canvas);
  const args = { ...meta.args, ...story.args };
  const context = { canvasElement: canvas, args } as unknown as StoryContext;
  render((story.render ?? meta.render)?.(args, context), canvas);
  await (story.play ?? meta.play)?.(context);
  await settled(canvas);
  return canvas;
}

/** Waits until everything is drawn, and skips to the end of what fades in. */
async function settled(root: HTMLElement): Promise<void> {
  await nextFrame();
  await nextFrame();
  for (const animation of animations(root)) {
    if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
  }
  await nextFrame();
}

/** Also of what is in shadow roots, which `subtree` does not reach. */
function animations(root: Element): Animation[] {
  const inside = [...root.querySelectorAll("*"), ...(root.shadowRoot?.querySelectorAll("*") ?? [])];
  const shadows = inside.filter(({ shadowRoot }) => shadowRoot);
  return [...inside.flatMap((element) => element.getAnimations()), ...shadows.flatMap((element) => shadowAnimations(element))];
}

function shadowAnimations({ shadowRoot }: Element): Animation[] {
  return [...(shadowRoot?.children ?? [])].flatMap((child) => [...child.getAnimations(), ...animations(child)]);
}
