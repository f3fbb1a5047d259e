"""Emoji by shortcode: a useful set, drawn as Unicode characters. Unknown codes stay text."""

import re
from collections.abc import Mapping

SHORTCODE = re.compile(r":([a-z0-9_+\-]+)(?:::skin-tone-[2-6])?:")

_TABLE = """
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|100 💯|1234 🔢|ambulance 🚑|angry 😠|arrow_down ⬇️|arrow_left ⬅️
arrow_right ➡️|arrow_up ⬆️|arrow_upper_right ↗️|arrow_lower_right ↘️|arrows_counterclockwise 🔄
arrow_forward ▶️|double_vertical_bar ⏸️|pause_button ⏸️|black_square_for_stop ⏹️|alarm_clock ⏰|alert 🚨
ballot_box_with_check ☑️|bangbang ‼️|bar_chart 📊|beers 🍻|beetle 🐞|bell 🔔|black_circle ⚫|blue_heart 💙
blush 😊|bomb 💣|book 📖|bookmark 🔖|books 📚|bow 🙇|broken_heart 💔|bug 🐛|bulb 💡|busts_in_silhouette 👥
bust_in_silhouette 👤|calendar 📆|date 📅|spiral_calendar_pad 🗓️|camera 📷|card_index 📇|chart 💹
chart_with_downwards_trend 📉|chart_with_upwards_trend 📈|checkered_flag 🏁|clap 👏|clipboard 📋|clock1 🕐
clock3 🕒|clock12 🕛|cloud ☁️|coffee ☕|collision 💥|boom 💥|computer 💻|confused 😕|construction 🚧|cry 😢
credit_card 💳|customs 🛃|dart 🎯|desktop_computer 🖥️|detective 🕵️|sleuth_or_spy 🕵️|disappointed 😞
dizzy_face 😵|door 🚪|e-mail 📧|email 📧|envelope ✉️|exclamation ❗|heavy_exclamation_mark ❗|eyes 👀|fire 🔥
face_with_monocle 🧐|face_palm 🤦|facepalm 🤦|file_folder 📁|open_file_folder 📂|file_cabinet 🗄️
fire_engine 🚒|fire_extinguisher 🧯|firefighter 🧑‍🚒|first_aid_kit 🩹|flashlight 🔦|gear ⚙️
globe_with_meridians 🌐|green_heart 💚|grey_exclamation ❕|grey_question ❔|grin 😁|grinning 😀|hammer 🔨
hammer_and_wrench 🛠️|handshake 🤝|headphones 🎧|heart ❤️|heart_eyes 😍|heavy_check_mark ✔️
heavy_minus_sign ➖|heavy_multiplication_x ✖️|heavy_plus_sign ➕|helmet_with_white_cross ⛑️|hospital 🏥
hotsprings ♨️|hourglass ⌛|hourglass_flowing_sand ⏳|information_source ℹ️|joy 😂|key 🔑|keyboard ⌨️
label 🏷️|large_blue_circle 🔵|large_green_circle 🟢|large_orange_circle 🟠|large_yellow_circle 🟡
large_purple_circle 🟣|large_brown_circle 🟤|large_red_square 🟥|large_orange_square 🟧
large_yellow_square 🟨|large_green_square 🟩|large_blue_square 🟦|black_large_square ⬛|white_large_square ⬜
ladder 🪜|laughing 😆|left_speech_bubble 🗨️|link 🔗|lock 🔒|unlock 🔓|locked_with_pen 🔏|loudspeaker 📢
mag 🔍|mag_right 🔎|mailbox 📫|mega 📣|memo 📝|pencil 📝|pencil2 ✏️|microscope 🔬|moneybag 💰|muscle 💪
mute 🔇|neutral_face 😐|new 🆕|newspaper 📰|no_bell 🔕|no_entry ⛔|no_entry_sign 🚫|no_good 🙅|notebook 📓
o ⭕|octagonal_sign 🛑|stop_sign 🛑|ok 🆗|ok_hand 👌|package 📦|page_facing_up 📄|page_with_curl 📃
pager 📟|paperclip 📎|partying_face 🥳|pause ⏸️|pensive 😔|phone ☎️|telephone ☎️|telephone_receiver 📞
iphone 📱|point_down 👇|point_left 👈|point_right 👉|point_up 👆|pray 🙏|purple_heart 💜|pushpin 📌
round_pushpin 📍|question ❓|rainbow 🌈|raised_hand ✋|hand ✋|raised_hands 🙌|raising_hand 🙋|recycle ♻️
red_circle 🔴|repeat 🔁|robot_face 🤖|rocket 🚀|rotating_light 🚨|running 🏃|runner 🏃|satellite 📡
satellite_antenna 📡|scroll 📜|see_no_evil 🙈|seedling 🌱|shield 🛡️|ship 🚢|shopping_trolley 🛒|shrug 🤷
simple_smile 🙂|slightly_smiling_face 🙂|slightly_frowning_face 🙁|skull 💀|sleeping 😴|small_blue_diamond 🔹
small_orange_diamond 🔸|small_red_triangle 🔺|small_red_triangle_down 🔻|smile 😄|smiley 😃|smirk 😏|snail 🐌
snowflake ❄️|sob 😭|sos 🆘|sparkles ✨|speech_balloon 💬|star ⭐|stethoscope 🩺|stopwatch ⏱️|sunglasses 😎
sunny ☀️|sweat 😓|sweat_smile 😅|tada 🎉|test_tube 🧪|thinking_face 🤔|thought_balloon 💭|thread 🧵|ticket 🎫
timer_clock ⏲️|toolbox 🧰|traffic_light 🚦|triangular_flag_on_post 🚩|triangular_ruler 📐|trophy 🏆|unamused 😒
upside_down_face 🙃|vertical_traffic_light 🚦|victory_hand ✌️|wastebasket 🗑️|wave 👋|wavy_dash 〰️
waving_white_flag 🏳️|warning ⚠️|watch ⌚|white_check_mark ✅|white_circle ⚪|wind_blowing_face 🌬️|wink 😉
woman-shrugging 🤷‍♀️|man-shrugging 🤷‍♂️|wrench 🔧|x ❌|yellow_heart 💛|zap ⚡|zzz 💤|zero 0️⃣|one 1️⃣|two 2️⃣
three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟|electric_plug 🔌|battery 🔋
floppy_disk 💾|minidisc 💽|dvd 📀|cd 💿|inbox_tray 📥|outbox_tray 📤|chains ⛓️|anchor ⚓|compass 🧭|brain 🧠
bellhop_bell 🛎️|id 🆔|up 🆙|top 🔝|soon 🔜|end 🔚|back 🔙|on 🔛|heavy_dollar_sign 💲|earth_africa 🌍
earth_americas 🌎|earth_asia 🌏|ghost 👻|alien 👽|space_invader 👾|wheel_of_dharma ☸️|whale 🐳|elephant 🐘
"""  # emoji are meant here

EMOJI: Mapping[str, str] = {
    entry.split(" ", 1)[0]: entry.split(" ", 1)[1].strip()
    for line in _TABLE.strip().splitlines()
    for entry in line.split("|")
}

QUICK_REACTIONS = ("white_check_mark", "eyes", "raised_hands", "+1")


def character(shortcode: str) -> str | None:
    """The Unicode character of a shortcode without colons, skin tone left aside; None if unknown."""
    return EMOJI.get(shortcode.split("::", 1)[0])


def replace_shortcodes(words: str) -> str:
    """Plain text with the known shortcodes in it drawn as characters."""
    return SHORTCODE.sub(lambda match: EMOJI.get(match.group(1), match.group(0)), words)
