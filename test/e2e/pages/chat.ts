// melo as a host's own build has it: every element registered by one import.
import "../../../src/index.js";
import "./mount.js";
