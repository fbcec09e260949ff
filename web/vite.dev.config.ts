import { mergeConfig } from "vite";
import { mockServer } from "./dev/mock";
import base from "./vite.config";

/** The same build with the stand-in server beside it; never what is shipped. */
export default mergeConfig(base, { plugins: [mockServer()] });
