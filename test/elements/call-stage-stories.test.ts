import * as grid from "../../stories/melo-call-grid.stories.js";
import * as preview from "../../stories/melo-call-preview.stories.js";
import * as ring from "../../stories/melo-call-ring.stories.js";
import * as tile from "../../stories/melo-call-tile.stories.js";
import * as call from "../../stories/melo-call.stories.js";
import { testStories } from "../support/story-tests.js";

for (const stories of [call, grid, preview, ring, tile]) testStories(stories);
