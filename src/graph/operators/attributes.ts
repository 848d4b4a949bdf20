// The attributes of every operator. This interface is the list of operators: the table must have a row for each.

/** A sliding window over height and width: kernel [height, width], strides, and zero padding on both sides of an axis. */
export interface WindowAttributes {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number];
}

export interface AxesAttributes {
  /** Axes to reduce, counted from 0. */
  readonly axes: readonly number[];
  /** Whether reduced axes stay with length 1. */
  readonly keepDims: boolean;
}

export interface NormalizationAttributes {
  readonly groups: number;
  /** Added to the variance. */
  readonly epsilon: number;
}

type None = Readonly<Record<string, never>>;

/** Operator name -> its attributes. */
export interface Attributes {
  After: None;
  Add: None;
  Sub: None;
  Mul: None;
  Div: None;
  Neg: None;
  Abs: None;
  Sign: None;
  Sqrt: None;
  Relu: None;
  ReluGradient: None;
  /** The axis along which the numbers sum to 1, counted from 0. */
  Softmax: { readonly axis: number };
  LogSoftmax: None;
  ReduceSum: AxesAttributes;
  ReduceMean: AxesAttributes;
  ExpandLike: None;
  CountOver: { readonly axes: readonly number[] };
  Join: None;
  Part: { readonly start: number; readonly length: number };
  Reshape: { readonly dims: readonly number[] };
  Squeeze: { readonly axes: readonly number[] };
  Unsqueeze: { readonly axes: readonly number[] };
  MatMul: { readonly transposeFirst: boolean; readonly transposeSecond: boolean };
  Conv: WindowAttributes;
  ConvInputGradient: WindowAttributes;
  ConvWeightGradient: WindowAttributes;
  MaxPool: WindowAttributes;
  MaxPoolGradient: WindowAttributes;
  GroupNormalization: NormalizationAttributes;
  GroupNormalizationGradient: NormalizationAttributes;
  BatchNormalization: { readonly epsilon: number };
  AdaptiveMaxPoolLike: None;
  ResizeBicubicLike: None;
}
