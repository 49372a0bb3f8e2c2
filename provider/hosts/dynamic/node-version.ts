import { nodeObjection } from "../../node-version";
import { HostError } from "./host-error";

// A refresh and a destroy run no program that could have said so, and undici does not load on an old Node.js.
const objection = nodeObjection(process.versions.node);
if (objection !== undefined) throw new HostError(new Error(objection));
