import { describeFuzz } from "./fuzz-group.ts";

describeFuzz("codec");
