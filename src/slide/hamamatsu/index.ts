// What the Hamamatsu folder offers to the slide room.
export { isNdpi, openNdpiSlide } from "./open-ndpi.ts";
