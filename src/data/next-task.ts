/** Lets messages, such as one that cancels, be handled; quicker than a timer, which browsers hold back to 4 ms and to 1 s in hidden tabs. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
