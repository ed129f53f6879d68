/** What a campaign is given and tells. */
export interface CampaignOptions {
  /** Files, requests, kills, ...: what it counts. */
  amount: number;
  seed: number;
  /** Empty, and removed afterwards. */
  folder: string;
}

export interface CampaignResult {
  figures: Record<string, number | string>;
  /** One sentence for each thing that should not have happened. */
  faults: string[];
}

export type Campaign = (options: CampaignOptions) => Promise<CampaignResult>;
