/** One interactive element, wherever it stands: in an actions row, beside a section, or in an input. */
import { PlainText } from "../text/view.tsx";
import { BlockImage, Unsupported } from "./blocks.tsx";
import { ButtonElement, type ButtonLike } from "./button.tsx";
import { Choices, type ChoicesLike } from "./choices.tsx";
import { TextField, type TextFieldLike, TimeField, type TimeFieldLike } from "./fields.tsx";
import { OverflowElement, type OverflowLike } from "./overflow.tsx";
import { SelectElement, type SelectLike } from "./select.tsx";

export interface ElementPlace {
  blockId: string;
  actionId: string;
  /** Id of the label's element, inside an input block. */
  labelledBy?: string;
  describedBy?: string;
  /** False inside an input block without `dispatch_action`: its value goes with the submission only. */
  dispatches?: boolean;
}

/** `element` is the bot's JSON, already checked by the workspace against Slack's schemas. */
export function Element({ element, ...place }: { element: { type: string } } & ElementPlace) {
  switch (element.type) {
    case "button":
    case "workflow_button":
      return <ButtonElement element={element as ButtonLike} {...place} />;
    case "overflow":
      return <OverflowElement element={element as OverflowLike} {...place} />;
    case "static_select":
    case "external_select":
    case "users_select":
    case "channels_select":
    case "conversations_select":
    case "multi_static_select":
    case "multi_external_select":
    case "multi_users_select":
    case "multi_channels_select":
    case "multi_conversations_select":
      return <SelectElement element={element as SelectLike} {...place} />;
    case "checkboxes":
    case "radio_buttons":
      return <Choices element={element as ChoicesLike} {...place} />;
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input":
    case "rich_text_input":
      return <TextField element={element as TextFieldLike} {...place} />;
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return <TimeField element={element as TimeFieldLike} {...place} />;
    case "image":
      return (
        <BlockImage image={element as { type: string; alt_text: string; image_url?: string }} class="accessory-image" />
      );
    case "plain_text":
      return <PlainText text={(element as { type: string; text: string }).text} />;
    default:
      return <Unsupported type={element.type} />;
  }
}
