// The parts of a parsed model.

export const local = (name) => name.replace(/^(mscrm|Microsoft\.Dynamics\.CRM)\./, "");
export const entityTypes = (model) => Object.entries(model).filter(([, one]) => one.$Kind === "EntityType");
export const container = (model) => Object.values(model).find((one) => one.$Kind === "EntityContainer");

// A type and those that it descends from, nearest first.
export function line(model, name) {
  const one = model[name];
  return one ? [name, ...(one.$BaseType ? line(model, local(one.$BaseType)) : [])] : [];
}

// All properties of a type, those of its base types included.
export const properties = (model, name) =>
  line(model, name).reduceRight((all, one) => ({ ...all, ...model[one] }), {});

// The navigation properties that a type itself declares.
export const ways = (type) => Object.entries(type).filter(([, one]) => one?.$Kind === "NavigationProperty");
