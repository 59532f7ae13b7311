/** Slack's short names for the emoji that an incident needs. One that is missing here is shown by its name. */

const GLYPHS = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|100 💯|alarm_clock ⏰|arrow_down ⬇️|arrow_forward ▶️|arrow_left ⬅️|arrow_right ➡️
arrow_up ⬆️|arrows_counterclockwise 🔄|ballot_box_with_check ☑️|bangbang ‼️|bank 🏦|bar_chart 📊|bell 🔔|black_circle ⚫|black_large_square ⬛|black_square_for_stop ⏹️
blue_circle 🔵|book 📖|bookmark 🔖|boom 💥|broken_heart 💔|bug 🐛|bulb 💡|busts_in_silhouette 👥|calendar 📅|chains ⛓️
chart_with_downwards_trend 📉|chart_with_upwards_trend 📈|clipboard 📋|clock1 🕐|closed_lock_with_key 🔐|coffee ☕|collision 💥|construction 🚧|cop 👮|cross_mark ❌
double_vertical_bar ⏸️|pause_button ⏸️|dart 🎯|detective 🕵️|dizzy 💫|droplet 💧|email 📧|exclamation ❗|eye 👁️|eyes 👀
fast_forward ⏩|file_folder 📁|fire 🔥|fire_engine 🚒|first_aid ⛑️|flag-white 🏳️|gear ⚙️|ghost 👻|globe_with_meridians 🌐|green_circle 🟢
grey_question ❔|hammer_and_wrench 🛠️|handshake 🤝|heart ❤️|heavy_check_mark ✔️|heavy_exclamation_mark ❗|heavy_minus_sign ➖|heavy_plus_sign ➕|hourglass ⌛|hourglass_flowing_sand ⏳
house 🏠|inbox_tray 📥|information_source ℹ️|joy 😂|key 🔑|label 🏷️|large_blue_circle 🔵|large_green_circle 🟢|large_green_square 🟩|large_orange_circle 🟠
large_purple_circle 🟣|large_red_square 🟥|large_yellow_circle 🟡|large_yellow_square 🟨|ledger 📒|link 🔗|lock 🔒|loudspeaker 📢|lower_left_ballpoint_pen 🖊️|lower_left_fountain_pen 🖋️
mag 🔍|mega 📣|memo 📝|moneybag 💰|mute 🔇|negative_squared_cross_mark ❎|new 🆕|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑
ok 🆗|ok_hand 👌|open_file_folder 📂|orange_circle 🟠|outbox_tray 📤|package 📦|page_facing_up 📄|paperclip 📎|pencil 📝|pencil2 ✏️
phone ☎️|play_or_pause_button ⏯️|point_down 👇|point_right 👉|point_up ☝️|police_car 🚓|pray 🙏|pushpin 📌|question ❓|raised_hand ✋
raised_hands 🙌|receipt 🧾|recycle ♻️|red_circle 🔴|robot_face 🤖|rocket 🚀|rotating_light 🚨|round_pushpin 📍|satellite 🛰️|scales ⚖️
scroll 📜|see_no_evil 🙈|shield 🛡️|ship 🚢|sos 🆘|slightly_smiling_face 🙂|smile 😄|snowflake ❄️|sparkles ✨|speech_balloon 💬
star ⭐|stop_button ⏹️|stop_sign 🛑|stopwatch ⏱️|sweat_smile 😅|tada 🎉|telephone_receiver 📞|test_tube 🧪|thinking_face 🤔|thread 🧵
timer_clock ⏲️|traffic_light 🚥|triangular_flag_on_post 🚩|unlock 🔓|vertical_traffic_light 🚦|warning ⚠️|wastebasket 🗑️|wave 👋|white_check_mark ✅|white_circle ⚪
white_large_square ⬜|writing_hand ✍️|wrench 🔧|x ❌|yellow_circle 🟡|zap ⚡|zipper_mouth_face 🤐|ambulance 🚑|anchor ⚓|large_orange_square 🟧
`;

const BY_NAME = new Map(
  GLYPHS.trim()
    .split(/[|\n]/)
    .map((pair) => pair.split(" ") as [string, string]),
);

/** Offered by the reaction picker, the bot's own mark first. */
export const REACTIONS = [
  "pushpin",
  "eyes",
  "white_check_mark",
  "+1",
  "raised_hands",
  "fire",
  "rotating_light",
  "thinking_face",
];

export function glyphOf(name: string): string | undefined {
  return BY_NAME.get(name);
}
