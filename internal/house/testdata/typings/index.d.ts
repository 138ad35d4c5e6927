declare module 'shop' {
  /** Why: 'not a member: string;' */
  export type Cause =
    | 'timeout' // slow
    | 'refused'
    | 'reset'
    | 'rejected'
    | 'failed' | 'read-only';

  export interface Shop {
    /** When; unknown?: string; */
    open?: Duration;
    tills: string;
    jitter?: 'none' | 'full';
    on?: Cause[];
    cancel?: 'close' | 'run-on';
    surplus: number;
  }
}
