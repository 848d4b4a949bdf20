// How OpenSeadragon shows a slide: how it moves, what it loads at once, its small picture of the whole.
import type OpenSeadragon from "openseadragon";
import type { SlideView } from "../library.ts";

/** Longest side of the small picture of the whole slide, in points. */
const NAVIGATOR = 132;

function navigatorSize({ width, height }: SlideView): OpenSeadragon.Options {
  const scale = NAVIGATOR / Math.max(width, height);
  const side = (pixels: number) => `${Math.max(24, Math.round(pixels * scale))}px`;
  return { navigatorWidth: side(width), navigatorHeight: side(height) };
}

/** How OpenSeadragon behaves; its own buttons and keys are not used. */
export function stageSettings(slide: SlideView): OpenSeadragon.Options {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  return {
    ...navigatorSize(slide),
    drawer: "canvas",
    tabIndex: -1,
    showNavigationControl: false,
    // A phone has no room for it.
    showNavigator: window.matchMedia("(min-width: 621px)").matches,
    navigatorPosition: "TOP_RIGHT",
    navigatorAutoFade: false,
    navigatorDisplayRegionColor: "#d55e00",
    navigatorBorderColor: "#8a949e",
    navigatorBackground: "#ffffff",
    keyboardNavEnabled: false,
    animationTime: still ? 0 : 0.5,
    springStiffness: 9,
    blendTime: 0,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true, flickEnabled: false },
    gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: true, pinchRotate: false },
    maxZoomPixelRatio: 8,
    minZoomImageRatio: 0.7,
    visibilityRatio: 0.4,
    imageLoaderLimit: 6,
    maxImageCacheCount: 400,
    tileRetryMax: 1,
    tileRetryDelay: 800,
    timeout: 60_000,
    placeholderFillStyle: "#f4f4f4",
  };
}
