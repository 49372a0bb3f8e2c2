import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { repositoryRoot } from "./repository.mts";

/** A package of which code is bundled. */
export interface ThirdParty {
  name: string;
  version: string;
  /** As SPDX writes it. */
  license: string;
  /** The texts that its authors ask to be passed on. */
  texts: string[];
}

const LICENSE_FILES = "{LICEN[CS]E,licen[cs]e,Licen[cs]e,COPYING,NOTICE}{,[-.]*}";

/**
 * The packages that modules belong to, by name and version.
 * @param modules paths, as a bundler says them
 * @throws {Error} for a package without a licence
 */
export function thirdPartiesOf(modules: readonly string[]): ThirdParty[] {
  const folders = new Set(modules.filter((path) => path.includes("node_modules")).map(packageFolderOf));
  const parties = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const files = globSync(LICENSE_FILES, { cwd: folder }).sort();
    const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
    if (typeof license !== "string" || texts.length === 0)
      throw new Error(`${name} ${version} does not come with its licence: it must not be bundled.`);
    return { name, version, license, texts };
  });
  const key = ({ name, version }: ThirdParty) => `${name}@${version}`;
  return parties.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

/** The nearest folder above whose package.json names a version: some have others within, that only say how to load. */
function packageFolderOf(path: string): string {
  const file = path.split("?")[0] ?? path;
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version !== undefined)
      return folder;
  }
  throw new Error(`${path} belongs to no package.`);
}

/** Who made what is bundled, and under which terms. */
export function noticesOf(parties: readonly ThirdParty[]): string {
  const parts = parties.map(({ name, version, license, texts }) =>
    [`${name} ${version} (${license})`, ...texts].join("\n\n"),
  );
  const head =
    "notion-inventory, notion-ci, pulumi-resource-notion and the page of an access review contain code of these packages.\n" +
    "Nothing of them was changed by hand: bundling leaves out what is not used.";
  return `${[head, ...parts].join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

/** The same for a scanner: CycloneDX 1.6 as JSON. Without a time and a number: the same sources make the same bytes. */
export function sbomOf(parties: readonly ThirdParty[]): string {
  const own = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8"));
  const component = ({ name, version, license }: Pick<ThirdParty, "name" | "version" | "license">) => {
    const [last = name, scope] = name.split("/").reverse();
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    return new Models.Component(Enums.ComponentType.Library, last, {
      bomRef: purl,
      ...(scope === undefined ? {} : { group: scope }),
      licenses: new Models.LicenseRepository([licenseOf(license)]),
      purl,
      version,
    });
  };
  const main = component(own);
  const components = parties.map(component);
  for (const each of components) main.dependencies.add(each.bomRef);
  const bom = new Models.Bom({
    components: new Models.ComponentRepository(components),
    metadata: new Models.Metadata({ component: main }),
  });
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const json = new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 });
  return `${json}\n`;
}

const licenseOf = (license: string) =>
  / (AND|OR|WITH) /.test(license) ? new Models.LicenseExpression(license) : new Models.SpdxLicense(license);
