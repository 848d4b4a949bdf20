// Small annotation files of every format with known content, and rings to compare with.
import {
  type AnnotationRegion,
  type AnnotationSet,
  type Polygon,
  polygonBounds,
  ringOf,
} from "../../src/annotation/index.ts";

/** A square of side 10 at 20, 30; the list is not closed. */
export const SQUARE = [
  [20, 30],
  [30, 30],
  [30, 40],
  [20, 40],
] as const;

export const GEOJSON = JSON.stringify({
  type: "FeatureCollection",
  features: [
    {
      type: "Feature",
      id: "6423a977-ffff-48db-affc-cd11632010f0",
      geometry: {
        type: "Polygon",
        coordinates: [
          [...SQUARE, SQUARE[0]],
          [
            [22, 32],
            [24, 32],
            [24, 34],
            [22, 32],
          ],
        ],
      },
      properties: {
        objectType: "annotation",
        name: "bed",
        isLocked: true,
        classification: { name: "Tumor: Positive", color: [200, 0, 10] },
      },
    },
    {
      type: "Feature",
      geometry: { type: "MultiPolygon", coordinates: [[SQUARE], [SQUARE.map(([x, y]) => [x + 50, y])]] },
      properties: { classification: "Stroma" },
    },
    { type: "Feature", geometry: { type: "Point", coordinates: [1, 2] }, properties: {} },
  ],
});

export const ASAP = `<?xml version="1.0"?>
<ASAP_Annotations>
  <Annotations>
    <Annotation Name="Annotation 0" Type="Polygon" PartOfGroup="glands" Color="#f96400">
      <Coordinates>
        <Coordinate Order="1" X="30" Y="30" /><Coordinate Order="0" X="20" Y="30" />
        <Coordinate Order="2" X="30" Y="40" /><Coordinate Order="3" X="20" Y="40" />
      </Coordinates>
    </Annotation>
    <Annotation Name="Annotation 1" Type="Dot" PartOfGroup="None" Color="#F4FA58">
      <Coordinates><Coordinate Order="0" X="20" Y="30" /></Coordinates>
    </Annotation>
    <Annotation Name="Annotation 2" Type="Spline" PartOfGroup="None" Color="#F4FA58">
      <Coordinates>
        <Coordinate Order="0" X="20" Y="30" /><Coordinate Order="1" X="30" Y="30" />
        <Coordinate Order="2" X="30" Y="40" /><Coordinate Order="3" X="20" Y="40" />
      </Coordinates>
    </Annotation>
  </Annotations>
  <AnnotationGroups>
    <Group Name="glands" PartOfGroup="healthy" Color="#f96400"><Attributes /></Group>
    <Group Name="healthy" PartOfGroup="tissue" Color="#f96400"><Attributes /></Group>
    <Group Name="tissue" PartOfGroup="None" Color="#f96400"><Attributes /></Group>
  </AnnotationGroups>
</ASAP_Annotations>`;

export const IMAGESCOPE = `<Annotations MicronsPerPixel="0.252000">
  <Annotation Id="1" Name="" ReadOnly="0" Type="4" LineColor="255" Visible="1" Selected="1">
    <Attributes><Attribute Name="Description" Id="0" Value="" /></Attributes>
    <Regions>
      <RegionAttributeHeaders><AttributeHeader Id="9999" Name="Region" ColumnWidth="-1" /></RegionAttributeHeaders>
      <Region Id="7" Type="0" Zoom="1" Text="bed" NegativeROA="0" Analyze="1"><Attributes />
        <Vertices>
          <Vertex X="20" Y="30" Z="0" /><Vertex X="30" Y="30" Z="0" />
          <Vertex X="30" Y="40" Z="0" /><Vertex X="20" Y="40" Z="0" />
        </Vertices>
      </Region>
      <Region Id="8" Type="0" Text="" NegativeROA="1">
        <Vertices>
          <Vertex X="22" Y="32" /><Vertex X="24" Y="32" /><Vertex X="24" Y="34" /><Vertex X="22" Y="34" />
        </Vertices>
      </Region>
    </Regions>
    <Plots />
  </Annotation>
  <Annotation Id="2" Name="Stroma" LineColor="65280">
    <Regions>
      <Region Id="1" Type="2" NegativeROA="0">
        <Vertices><Vertex X="100" Y="200" /><Vertex X="160" Y="240" /></Vertices>
      </Region>
      <Region Id="2" Type="1" NegativeROA="0">
        <Vertices>
          <Vertex X="0" Y="0" /><Vertex X="8" Y="0" /><Vertex X="8" Y="4" /><Vertex X="0" Y="4" />
        </Vertices>
      </Region>
      <Region Id="3" Type="4" NegativeROA="0">
        <Vertices><Vertex X="0" Y="0" /><Vertex X="8" Y="9" /></Vertices>
      </Region>
    </Regions>
  </Annotation>
</Annotations>`;

export const HALO = `<Annotations>
  <Annotation LineColor="65535" Name="TP1" Visible="False">
    <Regions>
      <Region Type="Polygon" HasEndcaps="0" NegativeROA="0">
        <Vertices><V X="20" Y="30" /><V X="30" Y="30" /><V X="30" Y="40" /><V X="20" Y="40" /></Vertices>
        <Comments />
      </Region>
      <Region Type="Rectangle" HasEndcaps="0" NegativeROA="1">
        <Vertices><V X="-5" Y="-7" /><V X="22" Y="32" /></Vertices>
      </Region>
      <Region Type="Pin" HasEndcaps="0" NegativeROA="0"><Vertices><V X="1" Y="2" /></Vertices></Region>
    </Regions>
  </Annotation>
</Annotations>`;

export const NCRF = JSON.stringify({
  positive: [{ name: "_0", vertices: SQUARE }],
  negative: [{ name: "_1", vertices: SQUARE.map(([x, y]) => [x + 2, y + 2]) }],
});

/** A file of each format, by its name. */
export const SAMPLES = {
  geojson: GEOJSON,
  asap: ASAP,
  imagescope: IMAGESCOPE,
  halo: HALO,
  ncrf: NCRF,
} as const;

/** A GeoJSON text of one polygon with the rings given. */
export function polygonText(...rings: readonly (readonly (readonly number[])[])[]): string {
  return JSON.stringify({ type: "Polygon", coordinates: rings });
}

/** An upright rectangle as a polygon. */
export function rectangle(left: number, top: number, width: number, height: number): Polygon {
  const [right, bottom] = [left + width, top + height];
  return { outer: ringOf([left, top, right, top, right, bottom, left, bottom]), holes: [] };
}

/** A region that stands alone. */
export function region(
  label: string | null,
  polygons: readonly Polygon[],
  other: Partial<AnnotationRegion> = {},
): AnnotationRegion {
  return {
    index: 0,
    id: null,
    name: null,
    negative: false,
    kind: "annotation",
    colour: null,
    label,
    polygons,
    bounds: polygonBounds(polygons),
    ...other,
  };
}

/** Regions as if read from a file. */
export function setOf(...regions: readonly AnnotationRegion[]): AnnotationSet {
  return {
    file: "drawn.geojson",
    format: "geojson",
    mpp: null,
    regions: regions.map((each, index) => ({ ...each, index })),
    notes: [],
  };
}
