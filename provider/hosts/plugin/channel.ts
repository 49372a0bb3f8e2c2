/** Of every connection: a workspace of 10,000 people is larger than the 4 MB that gRPC allows by default. */
export const CHANNEL = {
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
} as const;
