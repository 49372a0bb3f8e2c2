import { createRequire } from "node:module";

// By its own name: from source and from dist/ it is not equally far away.
const { version } = createRequire(__filename)("pulumi-notion/package.json") as { version: string };

/** What ran: written down where it must be known later. */
export const VERSIONS = { "pulumi-notion": version, node: process.versions.node };
