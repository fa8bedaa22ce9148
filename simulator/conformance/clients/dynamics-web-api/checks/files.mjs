// File columns: uploads and downloads, which the library does in chunks.

import { strict as assert } from "node:assert";
import { create, label, suite, withTable } from "./made.mjs";

const FILE = {
  "@odata.type": "Microsoft.Dynamics.CRM.FileAttributeMetadata",
  AttributeType: "Virtual",
  AttributeTypeName: { Value: "FileType" },
  SchemaName: "new_Manual",
  DisplayName: label("Manual"),
  Description: label("A file"),
  RequiredLevel: { Value: "None", CanBeChanged: true, ManagedPropertyLogicalName: "canmodifyrequirementlevelsettings" },
  MaxSizeInKB: 20480,
};

suite.check("a file goes up in chunks and comes down as it was", async (api) => {
  await withTable(api, async ({ key: entityKey, set }) => {
    await api.createAttribute({ entityKey, data: FILE });
    const row = { collection: set, key: await create(api, set, { new_title: "Filed" }), property: "new_manual" };
    // More than one chunk of the service's.
    const data = Buffer.alloc(5 * 1024 * 1024, "harbour tools ");
    await api.uploadFile({ ...row, fileName: "manual.txt", data });
    const read = await api.downloadFile(row);
    assert.equal(read.fileName, "manual.txt");
    assert.equal(read.fileSize, data.length);
    assert.ok(Buffer.from(read.data).equals(data));
    await api.deleteRecord(row);
    const emptied = await api.retrieve({ collection: set, key: row.key, select: ["new_manual"] });
    assert.equal(emptied.new_manual, null);
  });
});

suite.check("a small file takes the place of another", async (api) => {
  await withTable(api, async ({ key: entityKey, set }) => {
    await api.createAttribute({ entityKey, data: FILE });
    const row = { collection: set, key: await create(api, set, { new_title: "Filed" }), property: "new_manual" };
    await api.uploadFile({ ...row, fileName: "first.txt", data: Buffer.from("first") });
    await api.uploadFile({ ...row, fileName: "second.txt", data: Buffer.from("second") });
    const read = await api.downloadFile(row);
    assert.deepEqual([read.fileName, Buffer.from(read.data).toString()], ["second.txt", "second"]);
  });
});
