import { z } from "zod";
import { AutoSelect, customId, flatten, id, repeats, StringSelect, TextDisplay } from "./components.ts";

const TextInput = z
  .strictObject({
    type: z.literal(4),
    id,
    custom_id: customId,
    style: z.literal([1, 2]),
    label: z.string().min(1).max(45).optional(),
    min_length: z.number().int().min(0).max(4000).optional(),
    max_length: z.number().int().min(1).max(4000).optional(),
    required: z.boolean().optional(),
    value: z.string().max(4000).optional(),
    placeholder: z.string().max(100).optional(),
  })
  .superRefine(({ value = "", min_length: least = 0, max_length: most = 4000 }, context) => {
    const add = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (least > most) add("min_length", "min_length is at most max_length");
    // An empty value is as good as none.
    if (value !== "" && (value.length < least || value.length > most))
      add("value", `The value is ${value.length} long, and has to be between ${least} and ${most}`);
  });

const picked = z.strictObject({
  label: z.string().min(1).max(100),
  value: z.string().min(1).max(100),
  description: z.string().max(100).optional(),
  default: z.boolean().optional(),
});
const FileUpload = z.strictObject({
  type: z.literal(19),
  id,
  custom_id: customId,
  min_values: z.number().int().min(0).max(10).optional(),
  max_values: z.number().int().min(1).max(10).optional(),
  file_types: z.array(z.string()).max(10).optional(),
  required: z.boolean().optional(),
});
const RadioGroup = z.strictObject({
  type: z.literal(21),
  id,
  custom_id: customId,
  options: z.array(picked).min(2).max(10),
  required: z.boolean().optional(),
});
const CheckboxGroup = z.strictObject({
  type: z.literal(22),
  id,
  custom_id: customId,
  options: z.array(picked).min(1).max(10),
  min_values: z.number().int().min(0).max(10).optional(),
  max_values: z.number().int().min(1).max(10).optional(),
  required: z.boolean().optional(),
});
const Checkbox = z.strictObject({ type: z.literal(23), id, custom_id: customId, default: z.boolean().optional() });

const Label = z.strictObject({
  type: z.literal(18),
  id,
  label: z.string().min(1).max(45),
  description: z.string().max(100).optional(),
  component: z.discriminatedUnion("type", [
    TextInput,
    StringSelect,
    AutoSelect,
    FileUpload,
    RadioGroup,
    CheckboxGroup,
    Checkbox,
  ]),
});
/** The older form: a row with one text input, which bears its own label. */
const InputRow = z
  .strictObject({ type: z.literal(1), id, components: z.array(TextInput).length(1) })
  .refine(({ components }) => components.every(({ label }) => label !== undefined), {
    path: ["components", 0, "label"],
    message: "This field is required",
    params: { code: "BASE_TYPE_REQUIRED" },
  });

/** A form. Discord takes five components at most. */
export const ModalBody = z
  .strictObject({
    custom_id: customId,
    title: z.string().min(1).max(45),
    components: z
      .array(z.discriminatedUnion("type", [Label, TextDisplay, InputRow]))
      .min(1)
      .max(5),
  })
  .superRefine(({ components }, context) => {
    const add = (code: string, message: string) =>
      context.addIssue({ code: "custom", path: ["components"], message, params: { code } });
    const all = flatten(components);
    if (repeats(all.flatMap(({ custom_id: custom }) => (custom === undefined ? [] : [custom]))))
      add("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
    if (all.some(({ disabled }) => disabled === true))
      add("MODAL_COMPONENT_DISABLED", "Components of a modal can't be disabled");
  });
export type ModalBody = z.output<typeof ModalBody>;
