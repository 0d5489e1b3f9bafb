/** One of the pictures that two people compare, and its words. */
export interface PhraseEntry {
  picture: string
  en: string
  zh: string
}

/**
 * Pictures that are told apart at a glance, each with a word that is told apart by ear. Both
 * sides name them by their place here, so that the order never changes.
 */
const LIST = `
🐶 dog 小狗|🐱 cat 小猫|🐭 mouse 老鼠|🐰 rabbit 兔子|🦊 fox 狐狸|🐻 bear 棕熊
🐼 panda 熊猫|🐨 koala 考拉|🐯 tiger 老虎|🦁 lion 狮子|🐮 cow 奶牛|🐷 pig 小猪
🐸 frog 青蛙|🐵 monkey 猴子|🐔 chicken 母鸡|🐧 penguin 企鹅|🦆 duck 鸭子|🦅 eagle 老鹰
🦉 owl 猫头鹰|🦇 bat 蝙蝠|🐺 wolf 灰狼|🐴 horse 骏马|🦄 unicorn 独角兽|🐝 bee 蜜蜂
🐛 caterpillar 毛毛虫|🦋 butterfly 蝴蝶|🐌 snail 蜗牛|🐞 ladybird 瓢虫|🐜 ant 蚂蚁|🕷️ spider 蜘蛛
🦂 scorpion 蝎子|🐢 turtle 乌龟|🐍 snake 蛇|🦎 lizard 蜥蜴|🐙 octopus 章鱼|🦐 shrimp 虾
🦀 crab 螃蟹|🐠 fish 热带鱼|🐬 dolphin 海豚|🐳 whale 鲸鱼|🦈 shark 鲨鱼|🐊 crocodile 鳄鱼
🦓 zebra 斑马|🦍 gorilla 大猩猩|🐘 elephant 大象|🦏 rhino 犀牛|🐪 camel 骆驼|🦒 giraffe 长颈鹿
🦘 kangaroo 袋鼠|🐐 goat 山羊|🦌 deer 小鹿|🦚 peacock 孔雀|🦜 parrot 鹦鹉|🦢 swan 天鹅
🦩 flamingo 火烈鸟|🕊️ dove 鸽子|🦝 raccoon 浣熊|🦦 otter 水獭|🦥 sloth 树懒|🐿️ squirrel 松鼠
🦔 hedgehog 刺猬|🐉 dragon 巨龙|🌵 cactus 仙人掌|🎄 fir 圣诞树|🌴 palm 棕榈树|🍀 clover 四叶草
🍁 maple 枫叶|🍄 mushroom 蘑菇|🐚 shell 贝壳|🌷 tulip 郁金香|🌹 rose 玫瑰|🌻 sunflower 向日葵
🌞 sun 太阳|🌙 moon 月亮|⭐ star 星星|⚡ lightning 闪电|🔥 fire 火焰|🌪️ tornado 龙卷风
🌈 rainbow 彩虹|☁️ cloud 云朵|⛄ snowman 雪人|❄️ snowflake 雪花|💧 drop 水滴|🌊 wave 海浪
🌋 volcano 火山|🏔️ mountain 雪山|🏝️ island 小岛|🪐 planet 行星|🍏 apple 青苹果|🍐 pear 梨
🍊 orange 橘子|🍋 lemon 柠檬|🍌 banana 香蕉|🍉 melon 西瓜|🍇 grapes 葡萄|🍓 strawberry 草莓
🍒 cherries 樱桃|🥭 mango 芒果|🍍 pineapple 菠萝|🥥 coconut 椰子|🥝 kiwi 猕猴桃|🍅 tomato 西红柿
🍆 aubergine 茄子|🥑 avocado 牛油果|🥦 broccoli 西兰花|🥒 cucumber 黄瓜|🌶️ chilli 辣椒|🌽 corn 玉米
🥕 carrot 胡萝卜|🧄 garlic 大蒜|🥔 potato 土豆|🥐 croissant 羊角面包|🍞 bread 面包|🥨 pretzel 椒盐卷饼
🧀 cheese 奶酪|🥚 egg 鸡蛋|🥞 pancakes 煎饼|🥓 bacon 培根|🍔 burger 汉堡|🍟 chips 薯条
🍕 pizza 披萨|🌭 sausage 热狗|🌮 taco 玉米卷|🍿 popcorn 爆米花|🍣 sushi 寿司|🍜 noodles 面条
🥟 dumpling 饺子|🍩 doughnut 甜甜圈|🍪 biscuit 饼干|🎂 cake 蛋糕|🍫 chocolate 巧克力|🍭 lollipop 棒棒糖
🍯 honey 蜂蜜|🍼 bottle 奶瓶|☕ coffee 咖啡|🍵 tea 绿茶|🍷 wine 红酒|🍺 beer 啤酒
🥄 spoon 勺子|🍴 fork 刀叉|⚽ football 足球|🏀 basketball 篮球|🏈 rugby 橄榄球|⚾ baseball 棒球
🎾 tennis 网球|🎱 billiards 台球|🏓 pingpong 乒乓球|🥊 glove 拳击手套|⛳ golf 高尔夫|🏹 bow 弓箭
🎣 rod 钓鱼竿|🛹 skateboard 滑板|⛸️ skate 冰鞋|🏆 trophy 奖杯|🏅 medal 奖牌|🎫 ticket 门票
🎨 palette 调色板|🎤 microphone 话筒|🎧 headphones 耳机|🎹 piano 钢琴|🥁 drum 鼓|🎷 saxophone 萨克斯
🎺 trumpet 小号|🎸 guitar 吉他|🎻 violin 小提琴|🎲 dice 骰子|♟️ pawn 棋子|🎯 target 靶心
🧩 puzzle 拼图|🚗 car 轿车|🚌 bus 公交车|🚑 ambulance 救护车|🚜 tractor 拖拉机|🚲 bicycle 自行车
🛵 scooter 踏板车|🚂 locomotive 火车头|✈️ aeroplane 飞机|🚀 rocket 火箭|🛸 saucer 飞碟|🚁 helicopter 直升机
⛵ sailboat 帆船|⚓ anchor 船锚|🚦 light 红绿灯|🗿 statue 石像|🗽 liberty 自由女神|🏰 castle 城堡
🎡 wheel 摩天轮|🎢 coaster 过山车|⛲ fountain 喷泉|⛺ tent 帐篷|🏠 house 房子|🏭 factory 工厂
⛪ church 教堂|🌉 bridge 大桥|⌚ watch 手表|💻 laptop 电脑|📷 camera 照相机|📺 television 电视
📻 radio 收音机|🧭 compass 指南针|⏰ alarm 闹钟|⏳ hourglass 沙漏|🔋 battery 电池|💡 bulb 灯泡
🔦 torch 手电筒|🕯️ candle 蜡烛|💰 money 钱袋|💎 diamond 钻石|⚖️ scales 天平|🔧 spanner 扳手
🔨 hammer 锤子|🪓 axe 斧头|🧲 magnet 磁铁|🧨 firework 鞭炮|🔪 knife 菜刀|🛡️ shield 盾牌
🔮 crystal 水晶球|🔭 telescope 望远镜|💊 pill 药丸|💉 syringe 针筒|🧬 helix 基因|🌡️ thermometer 温度计
🧹 broom 扫帚|🧺 basket 篮子|🚽 toilet 马桶|🛁 bath 浴缸|🔑 key 钥匙|🚪 door 房门
🛋️ sofa 沙发|🧸 teddy 玩具熊|🎁 present 礼物|🎈 balloon 气球|🎀 ribbon 蝴蝶结|✉️ letter 信封
📦 parcel 包裹|📜 scroll 卷轴|📅 calendar 日历|📎 clip 回形针|✂️ scissors 剪刀|🔒 lock 挂锁
👑 crown 王冠|🎩 hat 礼帽|👓 glasses 眼镜|👔 tie 领带|👖 jeans 牛仔裤|🧦 socks 袜子
👟 shoe 运动鞋|🎒 backpack 背包|☂️ umbrella 雨伞|💍 ring 戒指|🤖 robot 机器人|👻 ghost 幽灵
👽 alien 外星人|🎃 pumpkin 南瓜灯|🦷 tooth 牙齿|👂 ear 耳朵
`

/** The list of safety phrases, in its order. */
export const PHRASE_LIST: readonly PhraseEntry[] = LIST.trim()
  .split(/[|\n]/u)
  .map((entry) => {
    const [picture = '', en = '', zh = ''] = entry.split(' ')
    return { picture, en, zh }
  })
