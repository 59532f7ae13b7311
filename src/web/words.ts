/**
 * 256 words for check phrases: one per byte. Short, easy to say aloud, no two alike in their first four letters, so that a
 * look-alike phrase is seen. Their order is part of every phrase already shown: never change it.
 */
export const WORDS: readonly string[] = `
acorn album alley amber anchor apple apron arrow atlas attic badge bagel baker banjo barn basil basket beach
bell berry bicycle bird blanket blossom boat bottle branch brass bread brick bridge broom brush bucket button
cabin cactus camel candle canoe canvas carpet castle cedar cello chalk cherry chess circle citrus clay cliff
clock cloud clover coast cobalt coffee comet compass copper coral cotton cradle crane crayon cricket crown
crystal cupcake curtain daisy denim desert diary dolphin donkey dragon drum eagle easel echo elbow ember
emerald engine falcon farm feather fence fern ferry fiddle finch flag flame flute forest fossil fountain fox
garden garlic gate gecko ginger glacier globe glove goose grape gravel guitar hammer harbor hedge helmet heron
hill honey horse hotel igloo indigo island ivory jacket jaguar jasmine jelly jewel jungle juniper kayak kettle
kitten koala ladder lake lantern lemon lentil library lily lion lobster locket lotus lumber magnet mango maple
marble meadow melon metal mirror monkey moon moss muffin museum mustard nectar needle nickel night noodle
nutmeg oak oasis ocean olive onion orange orchid otter owl paddle palm panda paper parrot peach pebble pelican
pencil pepper piano pillow pilot pine planet plum pocket poem pond poppy potato prism puzzle quartz quilt
rabbit radio raft rainbow raven ribbon river robin rocket rose ruby saddle saffron salmon sandal scarf shell
shoe silver sketch slipper snow sofa sonnet spice spoon squash stable swan syrup table tango teapot temple
thunder ticket tiger tomato topaz tower train tulip tunnel turtle umbrella valley vanilla velvet violin walnut
whale willow zebra
`
  .trim()
  .split(/\s+/);
