/**
 * Texts that weights are compared on where nobody gives others: plain facts, a dialogue, instructions, code and figures, so that
 * no kind of text decides alone. They never change: figures of different days can be compared.
 */
export const REFERENCE_TEXTS: readonly string[] = [
  'Water boils at one hundred degrees Celsius at sea level. On a high mountain the air presses less, and water boils earlier, so that food takes longer to cook.',
  'The capital of France is Paris. The capital of Italy is Rome. The capital of Spain is Madrid. The capital of Germany is Berlin.',
  'To make tea, heat fresh water until it boils. Pour it over the leaves, wait for three or four minutes, and take the leaves out before it becomes bitter.',
  'Good morning, how can I help you today? I would like to return a pair of shoes that I bought last week, because they are too small for me.',
  'A rectangle that is four metres long and three metres wide has an area of twelve square metres, and its diagonal is five metres long.',
  'function sum(values) {\n  let total = 0\n  for (const value of values) {\n    total = total + value\n  }\n  return total\n}',
  "The meeting is on Tuesday at ten o'clock. Please read the report before, and bring your questions. If you cannot come, let us know by Monday evening.",
  'Once upon a time there was a little girl who lived with her grandmother at the edge of a great forest. Every morning she went to the river to fetch water.',
  'Plants take in carbon dioxide through their leaves and water through their roots. With the light of the sun they make sugar from both, and give off oxygen.',
  'Name, Age, City\nAnna, 34, London\nBen, 28, Paris\nClara, 41, Rome\nDavid, 19, Madrid',
  'The company sold more in the second quarter than in the first. Its costs rose as well, mainly for energy and transport, so that its profit stayed the same.',
  'If it rains tomorrow, we will stay at home and play a game. If the sun shines, we will take the train to the lake and swim until the evening.',
]
