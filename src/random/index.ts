// What the random room offers: seeded streams of random numbers, derived by name.
export { Generator } from "./generator.ts";
