// What the DICOM folder offers to the slide room.
export { type DicomOptions, openDicomSlide } from "./open-dicom.ts";
export { isDicom, readDicomSeries } from "./read-header.ts";
