import { createRequire } from "node:module";

// By its own name: from source and from dist/ it is not equally far away.
const own = createRequire(__filename)("pulumi-notion/package.json") as {
  version: string;
  engines: { node: string };
};

/** What ran: written down where it must be known later. */
export const VERSIONS = { "pulumi-notion": own.version, node: process.versions.node };

/** The oldest Node.js that the package works on. */
export const NEEDED_NODE = own.engines.node.replace(">=", "");
