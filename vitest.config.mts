import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that start the engine take minutes, others seconds: they begin first, so that none is left to run alone. */
class EngineFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const bySize = await super.sort(files);
    const startsEngine = ({ moduleId }: TestSpecification) => moduleId.includes("/test/engine/");
    return [...bySize.filter(startsEngine), ...bySize.filter((file) => !startsEngine(file))];
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Child processes and real sockets: slow machines must not decide whether a test passes.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // It imports JSON in a way that Node.js does not take.
    server: { deps: { inline: ["@actions/workflow-parser"] } },
    pool: "forks",
    maxWorkers: 2,
    sequence: { sequencer: EngineFirst },
  },
});
