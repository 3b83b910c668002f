/**
 * Questions to one service that many requests share: after one of several the next is as long in coming as that one took, so a
 * burst of a mall is asked about in few calls. Every question begins after the requests that it is for; who asks alone waits for nobody.
 */
export const SHARED_TURN = { paced: true } as const;
